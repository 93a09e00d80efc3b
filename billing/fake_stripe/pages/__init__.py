"""What a person sees of Stripe: checkout, the bank's question, the portal, receipts. Pure: objects in, HTML out."""
