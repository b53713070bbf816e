using System.Net.Sockets;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Transport;
using HomeCloud.Dns.Transport.Listening;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Transport;

/// <summary>A zone that takes longer than a connection may be idle (RFC 5936 §4.1.1 wants them to finish).</summary>
public sealed class LongTransferTests : IZoneTransfer, ITransferMessages
{
    private readonly SemaphoreSlim _messages = new(0);
    private int _left = 3;

    [Fact(Timeout = 60_000)]
    public async Task A_transfer_longer_than_the_idle_time_finishes()
    {
        var options = new ListenOptions { Addresses = { "127.0.0.1:0" }, IdleTimeout = TimeSpan.FromMilliseconds(200) };
        await using var transport = new DnsTransport(options, new EchoHandler(), NullLogger<DnsTransport>.Instance, this);
        transport.Start();
        using var client = await ConnectAsync(transport);
        await client.GetStream().WriteAsync(StreamTests.Frame(ScriptedHandler.Query(5)));
        for (var message = 0; message < 3; message++)
        {
            // Meanwhile another connection is found idle and closed: long enough for this one to have been, too.
            using var idle = await ConnectAsync(transport);
            await StreamLimitTests.AssertClosedAsync(idle.GetStream());
            _messages.Release();
        }

        for (var message = 0; message < 3; message++)
            (await StreamTests.ReadAsync(client.GetStream()))[1].Should().Be(5);
    }

    ITransferMessages? IZoneTransfer.TryBegin(ReadOnlySpan<byte> query, scoped in QueryContext context) => this;

    bool ITransferMessages.TryWriteNext(Span<byte> buffer, out int length)
    {
        length = 12;
        ScriptedHandler.Query(5).CopyTo(buffer);
        return --_left >= 0 && _messages.Wait(TransportFixture.Deadline);
    }

    void IDisposable.Dispose()
    {
    }

    private static async Task<TcpClient> ConnectAsync(DnsTransport transport)
    {
        var client = new TcpClient(AddressFamily.InterNetwork);
        await client.ConnectAsync(transport.Addresses[0]);
        return client;
    }
}
