from django.urls import path

from . import views

urlpatterns = [
    path("entri/", views.entry_home, name="entry-home"),
    path("entri/<str:month>/", views.entry, name="entry"),
    path("entri/<str:month>/<slug:office>/", views.entry, name="entry-office"),
]
