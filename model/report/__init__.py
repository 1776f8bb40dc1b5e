"""What a plan looks like: frames for analysts, a result workbook for planners, plain lines for the console."""
