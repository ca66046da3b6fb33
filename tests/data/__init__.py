"""What Rasa's own checks let pass, checked here: doubled examples, rules, keys and responses, gaps, files passed over."""
