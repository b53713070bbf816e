using HomeCloud.Agent.Hosting;
using HomeCloud.Agent.Web.Dns;
using HomeCloud.Dns.Blocking;
using HomeCloud.Dns.Hosting.Control;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Agent.Web.Dns;

/// <summary>What the DNS server blocks, as the agent's composition gives it to the page, over a folder of its own.</summary>
internal sealed class ServedBlocking : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hc-blocking-");
    private readonly BlockKeeper _keeper;

    public ServedBlocking()
    {
        var names = new BlockedNames();
        _keeper = new BlockKeeper(new BlockingOptions(), _folder.FullName, names, null, TimeProvider.System, NullLogger<BlockKeeper>.Instance);
        Source = new DnsBlockingSource(new BlockDesk(_keeper, names, _ => false, TimeProvider.System, NullLogger<BlockDesk>.Instance));
    }

    public IDnsBlocking Source { get; }

    public void Dispose()
    {
        _keeper.Dispose();
        _folder.Delete(recursive: true);
    }
}
