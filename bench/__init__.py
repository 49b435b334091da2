"""Speed and size, measured in one run beside a stock ``rasa init`` bot."""
