# Any one of our programs: PROJECT is Ingest, EmbedWorker, SummarizeWorker, Scoring or Cli. From the repository's root:
#   docker build -f deploy/docker/pipeline.Dockerfile --build-arg PROJECT=Ingest -t pipeline-ingest:0.1.0 .
# ACCELERATOR=cuda builds the two workers for NVIDIA GPUs.
ARG DOTNET=10.0
ARG CUDA=13.0.1
ARG ACCELERATOR=cpu

FROM mcr.microsoft.com/dotnet/sdk:${DOTNET} AS build
ARG PROJECT
ARG ACCELERATOR
WORKDIR /source
COPY .editorconfig global.json Directory.Build.props Directory.Build.targets Directory.Packages.props ./
COPY eng/BannedSymbols.txt eng/OnnxRuntime.props eng/
COPY src/ src/
# The program has one name in every image, so that the entry point needs no shell and gets the signals itself.
RUN dotnet publish "src/${PROJECT}/${PROJECT}.csproj" -c Release --nologo -o /app "-p:Accelerator=${ACCELERATOR}" \
    && ln -s "Pipeline.${PROJECT}" /app/run

FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET} AS runtime-cpu

# ONNX Runtime is built against CUDA 13 and cuDNN 9.
FROM nvidia/cuda:${CUDA}-cudnn-runtime-ubuntu24.04 AS runtime-cuda
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libssl3t64 libstdc++6 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=runtime-cpu /usr/share/dotnet /usr/share/dotnet

FROM runtime-${ACCELERATOR}
COPY --from=build /app /app
WORKDIR /app
# A volume that is mounted here takes over its owner: Ingest keeps bodies in it while it reads them.
RUN install -d -o 1654 -g 1654 /spool
# Services listen on loopback unless told otherwise, and nobody would reach them there. Models are mounted read-only; the root file
# system may be read-only too, so that what .NET writes goes to /tmp.
ENV ASPNETCORE_HTTP_PORTS=8080 PIPELINE__MODELS=/models HOME=/tmp
EXPOSE 8080
# The user of Microsoft's images, by number: Kubernetes can't tell from a name that it is not root.
USER 1654:1654
ENTRYPOINT ["/app/run"]
