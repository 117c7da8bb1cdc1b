import atexit
import gc

gc.freeze()  # what Streamlit has loaded is not looked through again while Altair and the core are loaded
atexit.register(gc.unfreeze)  # or extension modules report at the end what they find alive
