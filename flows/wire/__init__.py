"""The bundled demo wire: invented outlets with invented articles, served over loopback HTTP."""
