"""The REST API that JustSend clients speak: one module per controller, over the verbs of the apps."""
