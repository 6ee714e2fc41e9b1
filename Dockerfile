# The service, ready to run: see docs/how-to/service.md for devices and tokens.
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
# The service releases the pressure of every device before it stops; give it `--stop-timeout 60`.
STOPSIGNAL SIGTERM
# Whatever the settings (address, TLS, tokens, a proxy), the service records where it listens, and is checked there.
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s --retries=3 CMD ["legato", "service", "health"]
ENTRYPOINT ["legato"]
CMD ["serve"]
