using HomeCloud.Lab;
using HomeCloud.Lab.Machines;

namespace HomeCloud.Tests.Lab;

/// <summary>A real registry of images on a server's loopback, 127.0.0.1:5000; needs Debian's docker-registry.</summary>
internal sealed class LocalRegistry : IAsyncDisposable
{
    private readonly Daemon _daemon;

    private LocalRegistry(Daemon daemon) => _daemon = daemon;

    /// <param name="server">Where.</param>
    /// <param name="more">More of its configuration.</param>
    public static async Task<LocalRegistry> StartAsync(LabServer server, string more = "")
    {
        const string Configuration = """
            version: 0.1
            storage: { filesystem: { rootdirectory: /var/lib/homecloud/registry } }
            http: { addr: "127.0.0.1:5000" }
            """;
        (await server.Machine.ShellAsync("mkdir -p /var/lib/homecloud && printf '%s\n' \"$1\" > /var/lib/homecloud/registry.yml", [Configuration + "\n" + more])).OrFail();
        var daemon = new Daemon(server.Machine, "docker-registry", ["docker-registry", "serve", "/var/lib/homecloud/registry.yml"]);
        await daemon.StartAsync();
        await daemon.ReadyAsync(async () => (await server.Machine.RunAsync(["curl", "--silent", "http://127.0.0.1:5000/v2/"])).Succeeded, TimeSpan.FromSeconds(30));
        return new LocalRegistry(daemon);
    }

    public async ValueTask DisposeAsync() => await _daemon.EndAsync("KILL");
}
