from django.urls import include, path

urlpatterns = [
    path("", include("coverage.completeness.urls")),
    # Before entry: "berkas" in the place of a month is a file.
    path("", include("coverage.importing.figures.urls")),
    path("", include("coverage.entry.urls")),
    path("", include("coverage.verification.urls")),
    path("", include("coverage.download.urls")),
    path("", include("coverage.history.urls")),
]
