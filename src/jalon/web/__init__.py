"""The base page, the components, the theme: what every page is made of."""
