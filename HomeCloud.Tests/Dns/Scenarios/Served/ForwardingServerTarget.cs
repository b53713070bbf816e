using HomeCloud.Dns.Blocking;
using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Validation;
using HomeCloud.Tests.Dns.ScriptedUpstream;
using Microsoft.Extensions.DependencyInjection;

namespace HomeCloud.Tests.Dns.Scenarios.Served;

/// <summary>A running server that forwards.</summary>
internal sealed class ForwardingServerTarget : IForwardingTarget
{
    private readonly ScenarioServer _server;

    private ForwardingServerTarget(ScenarioServer server) => _server = server;

    public static async Task<IForwardingTarget> StartAsync(ForwardingOptions forwarding, CacheOptions caching, BlockingOptions blocking, ValidationOptions validation) =>
        new ForwardingServerTarget(await ScenarioServer.StartAsync(options =>
        {
            CopyInto(options.Forwarding, forwarding);
            CopyInto(options.Cache, caching);
            CopyInto(options.Blocking, blocking);
            CopyInto(options.Validation, validation);
            options.Forwarding.LoopDetection = false;
        }));

    public async Task<DnsMessage> AskAsync(byte[] query, QueryTransport transport)
    {
        var octets = await _server.AskAsync(query, transport);
        octets![..2].Should().Equal(query[..2], "the asker's id comes back");
        return DnsMessage.Parse(octets);
    }

    public void Advance(long milliseconds) => _server.Displacement.Advance(milliseconds);

    public Task<IReadOnlyList<string>> UpdateListsAsync() => _server.Services.GetRequiredService<BlockKeeper>().UpdateNowAsync(null, CancellationToken.None);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static void CopyInto<T>(T target, T source)
    {
        foreach (var property in typeof(T).GetProperties().Where(property => property.CanWrite))
            property.SetValue(target, property.GetValue(source));
    }
}
