# syntax=docker/dockerfile:1

# chinwag as one static file in an image that holds nothing else but certificates and a folder for data:
#
#   docker build -t chinwag .
#   (umask 077; printf 'CHINWAG_AUTH__SECRET=%s\n' "$(openssl rand -hex 32)" > chinwag.env)
#   docker run -p 127.0.0.1:8080:8080 -v chinwag-data:/data --env-file chinwag.env chinwag
#
# Write chinwag.env once and keep it. This machine alone reaches the port; a proxy that ends TLS belongs in front.
# compose.yaml puts PostgreSQL beside it.

FROM rust:1.95-slim-bookworm AS toolchain
RUN apt-get update \
 && apt-get install -y --no-install-recommends build-essential ca-certificates \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# Static with glibc, which looks up names by itself in a static program too.
ENV RUSTFLAGS="-C target-feature=+crt-static" \
    CARGO_INCREMENTAL=0 \
    CARGO_PROFILE_RELEASE_DEBUG=false \
    CARGO_PROFILE_RELEASE_STRIP=symbols

# The manifests with empty sources. What comes out stays the same until a dependency changes, and with it the
# layer below in which the dependencies are built.
FROM toolchain AS skeleton
COPY . .
RUN find . -name '*.rs' ! -path '*/src/lib.rs' ! -path '*/src/main.rs' ! -path '*/benches/*.rs' ! -path '*/examples/*.rs' -delete \
 && find . -name '*.rs' -exec sh -c 'for file; do echo "fn main() { }" > "$file"; done' sh {} + \
 && find . -type f ! -name '*.rs' ! -name Cargo.toml ! -name Cargo.lock -delete \
 && find . -type d -empty -delete

FROM toolchain AS build
COPY --from=skeleton /src .
RUN cargo build --release --locked --target "$(rustc -vV | sed -n 's/^host: //p')" -p chinwag-server
COPY . .
# The sources may be older than what was just built of their empty namesakes. What build scripts wrote into target is
# left alone: touched, it would have the dependencies built again.
RUN find . -path ./target -prune -o -name '*.rs' -exec touch {} + \
 && cargo build --release --locked --target "$(rustc -vV | sed -n 's/^host: //p')" -p chinwag-server \
 && mkdir -p /image/etc/ssl/certs /image/data /image/tmp \
 && cp target/*/release/chinwag /image/chinwag \
 && cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/

FROM scratch
COPY --from=build --chown=65532:65532 /image /
# Nobody in particular: not root, and nobody whom the host knows.
USER 65532:65532
WORKDIR /
VOLUME /data
EXPOSE 8080
# Others have to reach it, so it asks for a secret: CHINWAG_AUTH__SECRET, or CHINWAG_AUTH__SECRET_FILE.
ENV CHINWAG_SERVER__HOST=0.0.0.0 \
    CHINWAG_LOG__FORMAT=json
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s --retries=3 CMD ["/chinwag", "healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/chinwag"]
CMD ["serve"]
