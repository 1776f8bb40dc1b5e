"""From one planning round to the next: actuals in, decisions kept, periods moved on."""
