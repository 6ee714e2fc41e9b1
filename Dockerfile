# The service, ready to run: see docs/service.md for devices and tokens.
FROM python:3.13-slim AS build
WORKDIR /src
COPY . .
RUN python -m venv /opt/legato \
    && /opt/legato/bin/pip install --no-cache-dir --constraint constraints.txt '.[all]'

FROM python:3.13-slim
COPY --from=build /opt/legato /opt/legato
RUN useradd --system --uid 8437 --groups dialout --create-home --home-dir /var/lib/legato legato
USER legato
ENV PATH=/opt/legato/bin:$PATH LEGATO_HOME=/var/lib/legato MPLCONFIGDIR=/tmp/matplotlib PYTHONUNBUFFERED=1
VOLUME /var/lib/legato
EXPOSE 8437
# The service lets the pressure out of every device before it ends; give it `--stop-timeout 60`.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen as u; u('http://127.0.0.1:8437/healthz', timeout=2)"]
ENTRYPOINT ["legato"]
CMD ["serve"]
