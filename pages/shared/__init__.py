import gc

gc.freeze()  # what Streamlit has loaded is not looked through again while Altair and the core are loaded
