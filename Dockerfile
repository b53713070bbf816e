# HomeCloud's images: homecloud/dns, homecloud/agent; and homecloud/shared-dns, the first with keepalived.
#
#   docker build --target dns   -t homecloud/dns .
#   docker build --target agent -t homecloud/agent .
#
# Both base images are arguments, so that you can build without Microsoft's registry:
# BUILD_IMAGE needs a .NET 10 SDK and somewhere to restore packages from, RUNTIME_IMAGE only glibc,
# libstdc++, OpenSSL, CA certificates, and tzdata for TZ. No final stage but the last runs a command, and nothing here needs BuildKit.
ARG BUILD_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/runtime-deps:10.0

FROM ${BUILD_IMAGE} AS build
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
WORKDIR /src
COPY . .
# BuildKit sets TARGETARCH; the classic builder does not, and builds for the machine it runs on.
ARG TARGETARCH
# false: faster to build, slower to start; see install/publish.
ARG READY_TO_RUN=true
# A folder of this tree with programs from install/publish, in dns/ and agent/. Then nothing is compiled, and BUILD_IMAGE
# needs only sh and cp. For machines without an SDK, and images for another architecture.
ARG PUBLISHED=
# Native programs need a C linker. Where none can be installed, the programs are larger and start slower.
RUN set -eu; \
    mkdir -p /out/data /out/run; \
    if [ -n "$PUBLISHED" ]; then cp -r "$PUBLISHED/dns" "$PUBLISHED/agent" /out; exit; fi; \
    case "${TARGETARCH:-$(uname -m)}" in arm64 | aarch64) rid=linux-arm64 ;; *) rid=linux-x64 ;; esac; \
    if [ "$READY_TO_RUN" = true ] && ! command -v gcc >/dev/null; then \
      { apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*; } || true; \
    fi; \
    install/publish "$rid" /out/dns Dns; \
    install/publish "$rid" /out/agent Agent Cli

FROM ${RUNTIME_IMAGE} AS base
ENV DOTNET_EnableDiagnostics=0 \
    HOMECLOUD_DATA_DIR=/var/lib/homecloud
# 1654 is the `app` user of Microsoft's images; a number works in any base image.
COPY --from=build --chown=1654:1654 /out/data /var/lib/homecloud
COPY --from=build --chown=1654:1654 /out/run /run/homecloud
VOLUME /var/lib/homecloud
USER 1654:1654

# The DNS server alone: for homes with Redis.
FROM base AS dns
COPY --from=build /out/dns /opt/homecloud
ENV PATH=/opt/homecloud:$PATH
EXPOSE 53/udp 53/tcp 853/tcp 9153/tcp
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["/opt/homecloud/homecloud-dns", "probe"]
ENTRYPOINT ["/opt/homecloud/homecloud-dns"]

# The agent with its web page, and the `homecloud` command. Without --redis it is also the DNS server.
FROM base AS agent
COPY --from=build /out/agent /opt/homecloud
ENV PATH=/opt/homecloud:$PATH
EXPOSE 53/udp 53/tcp 80/tcp 443/tcp 853/tcp 9153/tcp
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["/opt/homecloud/homecloud-agent", "probe"]
ENTRYPOINT ["/opt/homecloud/homecloud-agent"]

# The DNS server of two machines that share one address (compose.shared-address.yaml), with Debian's or Ubuntu's keepalived,
# unless the base image has one.
FROM dns AS shared-dns
USER 0:0
RUN command -v keepalived >/dev/null || { apt-get update && apt-get install -y --no-install-recommends keepalived && rm -rf /var/lib/apt/lists/*; }
COPY install/keepalived/keepalived.conf install/keepalived/shared-dns /opt/homecloud/
ENTRYPOINT ["/opt/homecloud/shared-dns"]
