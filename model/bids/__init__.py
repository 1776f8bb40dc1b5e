"""Requests for quotation: bid sheets out to suppliers, filled sheets back into Offers."""
