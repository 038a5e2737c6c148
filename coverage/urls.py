from django.urls import include, path

urlpatterns = [
    path("", include("coverage.completeness.urls")),
    # Before entry, whose `<str:month>` would match "berkas" too.
    path("", include("coverage.importing.figures.urls")),
    path("", include("coverage.entry.urls")),
    path("", include("coverage.verification.urls")),
    path("", include("coverage.download.urls")),
    path("", include("coverage.history.urls")),
]
