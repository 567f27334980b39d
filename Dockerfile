# One image for the web server, the worker, the beat and the release step; no secret is in it.
FROM node:22-slim AS assets
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY static static
# The council's look is built in: --build-arg COUNCIL_COLOUR=#00573f
ARG COUNCIL_COLOUR=""
ARG COUNCIL_FONT=""
RUN npm run build

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY requirements.txt ./
# Everything is pinned with hashes, and nothing is looked for beyond the list: a release that
# somebody's requirement would bring in has no hash. What the list lacks, the check finds.
RUN pip install --no-cache-dir --no-input --no-deps --require-hashes -r requirements.txt \
    && pip check
COPY manage.py ./
COPY logbook logbook
COPY shielding shielding
COPY requests_app requests_app
COPY brokerage brokerage
COPY templates templates
COPY --from=assets /build/var/static var/static
# Settings refuse to load without keys, or with one key twice. These are made for this one step,
# stay in no layer and open nothing.
RUN key() { head -c 32 /dev/urandom | base64; } \
    && SECRET_KEY=only-for-this-step TRUSTED_PROXY_COUNT=0 RECORD_NUMBER_KEYS="k1:$(key)" RECORD_INDEX_KEY="$(key)" \
       DATABASE_URL=postgres://nobody@nowhere/nothing python manage.py collectstatic --noinput \
    && useradd --system --uid 10001 --no-create-home shielding
USER shielding
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health/live')"]
CMD ["gunicorn", "shielding.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "2", \
     "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
