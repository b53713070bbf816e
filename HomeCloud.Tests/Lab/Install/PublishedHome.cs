using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Docs;

namespace HomeCloud.Tests.Lab.Install;

/// <summary>
/// Built from programs that are published already (the Dockerfile's argument PUBLISHED): those that these tests were
/// built with, which need the shared .NET runtime in the base image. Nothing is compiled.
/// </summary>
public sealed class PublishedHome : ComposedHome
{
    protected override IReadOnlyList<string> BaseImages => ["redis", "aspnet"];

    protected override async Task<IReadOnlyList<string>> PrepareAsync(string folder)
    {
        const string Prepare = """
            set -e
            mkdir -p "$1/published/dns" "$1/published/agent"
            cd "$2"
            cp Dockerfile .dockerignore compose*.yaml homecloud "$1"
            mkdir "$1/install"
            cp -r install/keepalived "$1/install"
            cp -r "$(dirname "$3")/." "$1/published/dns"
            cp -r "$(dirname "$4")/." "$1/published/agent"
            cp -r "$(dirname "$5")/." "$1/published/agent"
            """;
        (await Command.RunAsync(["sh", "-c", Prepare, "sh", folder, Documents.Root(), Executables.Dns, Executables.Agent, Executables.Cli])).OrFail();
        return ["BUILD_IMAGE=local/aspnet", "RUNTIME_IMAGE=local/aspnet", "PUBLISHED=published", "REDIS_IMAGE=local/redis", "HOMECLOUD_UPSTREAM=203.0.113.53"];
    }
}
