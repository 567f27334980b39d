"""Every address of the site, and that of the demo's clock, which only the demo has."""

from django.urls import include, path

from shielding import urls

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
urlpatterns = [path("demo/", include("shielding.demo.urls")), *urls.urlpatterns]
