using HomeCloud.Dns.Serving;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Scenarios;

/// <summary>What a forwarding scenario is run against.</summary>
internal interface IForwardingTarget : IAsyncDisposable
{
    Task<DnsMessage> AskAsync(byte[] query, QueryTransport transport);

    /// <summary>Lets time pass for the cache.</summary>
    void Advance(long milliseconds);

    /// <summary>Reads the block lists again.</summary>
    /// <returns>What came of it, a line each.</returns>
    Task<IReadOnlyList<string>> UpdateListsAsync();
}
