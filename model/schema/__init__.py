"""What a case is: tables, columns, units, references. Reader, checks, template, documentation and CSV form come from here."""
