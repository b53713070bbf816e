using System.Net;
using System.Net.Sockets;
using HomeCloud.Net.Machine;

namespace HomeCloud.Agent.Lan;

/// <summary>
/// Asks the LAN itself who has an address (RFC 5227 §2.1). Unlike a question that the kernel asks, it leaves nothing in the neighbour
/// table, where an address that nobody had is asked for again only after a second: the new server would be out of our reach till then.
/// Needs CAP_NET_RAW.
/// </summary>
internal static class ArpProbe
{
    private const int Probes = 3;

    /// <summary>Several times, because Wi-Fi loses broadcasts.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(80);

    /// <returns>False in Asked when this process may not, or the LAN is no Ethernet; else the link-layer address of the one that has it, null for nobody.</returns>
    public static async Task<(bool Asked, string? Owner)> AskAsync(IPAddress address, IEnumerable<MachineInterface> interfaces, TimeSpan wait, TimeProvider time, CancellationToken cancellationToken)
    {
        if (WayTo.Find(address, interfaces) is not { } lan)
            return (false, null);

        using var deadline = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            using var socket = PacketSocket.OpenArp(lan.Number);
            var asking = SendAsync(socket, AddressConflict.Probe(lan.Mac, address), time, either.Token);
            var owner = await ListenAsync(socket, lan.Mac, address, either.Token);
            await either.CancelAsync();
            await asking;
            return (true, owner);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (true, null);
        }
        catch (SocketException)
        {
            return (false, null);
        }
    }

    private static async Task SendAsync(PacketSocket socket, byte[] probe, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            for (var sent = 0; sent < Probes; sent++)
            {
                await socket.SendAsync(probe, cancellationToken);
                await Task.Delay(Interval, time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // An answer came, or the time is over.
        }
    }

    private static async Task<string?> ListenAsync(PacketSocket socket, byte[] mac, IPAddress address, CancellationToken cancellationToken)
    {
        var frame = new byte[128];
        while (true)
        {
            var length = await socket.ReceiveAsync(frame, cancellationToken);
            if (AddressConflict.Find(frame.AsSpan(0, length), mac, address) is { } owner)
                return owner;
        }
    }
}
