"""Stock Rasa to measure against: the project that `rasa init` makes, with our labels and sentences."""
