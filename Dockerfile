# The command line on a Cloud Foundry stack, for macOS and Windows: docs/how-to/macos-and-windows.md.
# `npm run package` makes the buildpack zip that the build copies; nothing is downloaded but the base image.
ARG BASE=cloudfoundry/cflinuxfs4

FROM ${BASE} AS unpacked
USER root
COPY sidecar_buildpack-v*.zip /tmp/buildpack.zip
RUN unzip -q /tmp/buildpack.zip -d /opt/sidecar-buildpack

FROM ${BASE}
USER root
COPY --from=unpacked /opt/sidecar-buildpack /opt/sidecar-buildpack
COPY scripts/docker/sidecar-buildpack /usr/local/bin/sidecar-buildpack
# vcap, which the stack's image has already: https://github.com/cloudfoundry/cflinuxfs4/blob/main/Dockerfile
USER 2000:2000
ENV HOME=/home/vcap LANG=en_US.UTF-8
WORKDIR /workspace
ENTRYPOINT ["/usr/local/bin/sidecar-buildpack"]
CMD ["--help"]
