"""Rules for names of people, and names that look alike."""
