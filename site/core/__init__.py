"""Code that any web product needs: threads, events, rate limits, text. No models, no templates."""
