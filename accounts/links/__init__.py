"""Master accounts that are kept in step with a provider account, and their slaves with the accounts below it.

recording.py writes down what has to happen there, in the transaction of our own change; running.py does it once;
steps.py knows the calls and what proves that one happened; comparing.py looks whether both sides agree, and
explaining.py why they do not.
"""
