FROM python:3.11-slim

RUN useradd --system --uid 1000 --create-home smspanel && install --directory --owner smspanel --mode 0700 /data
WORKDIR /srv/smspanel

COPY requirements.txt ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement requirements.txt

COPY CHANGELOG.md LICENSE Procfile manage.py ./
COPY deploy/process deploy/process
COPY docs docs
COPY locale locale
COPY templates templates
COPY smspanel smspanel
COPY accounts accounts
COPY contacts contacts
COPY campaigns campaigns

ENV PYTHONUNBUFFERED=1 SMSPANEL_DATA=/data SMSPANEL_BIND=0.0.0.0
USER smspanel
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["deploy/process"]
CMD ["web"]
