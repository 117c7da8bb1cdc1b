def machine():
    return {}


def write(results):
    pass
