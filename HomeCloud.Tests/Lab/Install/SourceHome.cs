using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Docs;

namespace HomeCloud.Tests.Lab.Install;

/// <summary>Built from source inside the engine, without a network, on an image with the SDK and the packages it restores.</summary>
public sealed class SourceHome : ComposedHome
{
    protected override IReadOnlyList<string> BaseImages => ["redis", "runtime", "sdk"];

    protected override async Task<IReadOnlyList<string>> PrepareAsync(string folder)
    {
        const string Prepare = """
            set -e
            mkdir -p "$1"
            cd "$2"
            tar -c --exclude=./artifacts --exclude=./.git . | tar -x -C "$1"
            rm -f "$1/.env"
            """;
        (await Command.RunAsync(["sh", "-c", Prepare, "sh", folder, Documents.Root()])).OrFail();
        return ["BUILD_IMAGE=local/sdk", "RUNTIME_IMAGE=local/runtime", "REDIS_IMAGE=local/redis", "HOMECLOUD_UPSTREAM=203.0.113.53"];
    }
}
