using System.Net.Sockets;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Transport;
using HomeCloud.Dns.Transport.Listening;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Transport;

public sealed class ConnectionTableTests : IQueryHandler, IDisposable
{
    private readonly ManualResetEventSlim _entered = new();
    private readonly ManualResetEventSlim _release = new();

    [Fact(Timeout = 60_000)]
    public async Task One_that_gives_way_already_is_not_chosen_again()
    {
        var options = new ListenOptions { Addresses = { "127.0.0.1:0" }, MaxConnections = 1, IdleTimeout = TimeSpan.FromHours(1) };
        await using var transport = new DnsTransport(options, this, NullLogger<DnsTransport>.Instance);
        transport.Start();
        using var first = await ConnectAsync(transport);
        await first.GetStream().WriteAsync(StreamTests.Frame(ScriptedHandler.Query(1)));
        _entered.Wait(TransportFixture.Deadline).Should().BeTrue("the first one is busy and cannot notice that it is closed");

        using var second = await ConnectAsync(transport);
        await TransportFixture.UntilAsync(() => transport.OpenConnections == 2);
        using var third = await ConnectAsync(transport);

        await StreamLimitTests.AssertClosedAsync(second.GetStream());
        _release.Set();
        await TransportFixture.UntilAsync(() => transport.OpenConnections == 1);
    }

    public Disposition Handle(Span<byte> buffer, int queryLength, scoped in QueryContext context, out int responseLength)
    {
        responseLength = queryLength;
        _entered.Set();
        _release.Wait(TransportFixture.Deadline);
        return Disposition.Answered;
    }

    public void Dispose()
    {
        _release.Set();
        _entered.Dispose();
    }

    private static async Task<TcpClient> ConnectAsync(DnsTransport transport)
    {
        var client = new TcpClient(AddressFamily.InterNetwork);
        await client.ConnectAsync(transport.Addresses[0]);
        return client;
    }
}
