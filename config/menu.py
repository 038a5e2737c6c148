"""The frame around every page: menu, banner, who is logged in."""


def page_frame(request):
    return {}
