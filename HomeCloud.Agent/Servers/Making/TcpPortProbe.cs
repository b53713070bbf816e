using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Agent.Servers.Making;

public sealed class TcpPortProbe(OwnTraffic own) : IPortProbe
{
    /// <summary>A question, and that the port is closed.</summary>
    private const int PacketsOfAQuestion = 2;

    /// <summary>More of a connection, at most: that it stands, what the server says first, and resets of both sides. Rather too many than
    /// too few: an open page asks again and again, and must keep nobody awake.</summary>
    private const int PacketsOfAConnection = 4;

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(700);

    public async Task<PortAnswer> TryAsync(IPAddress address, ushort port, CancellationToken cancellationToken)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        // Ended by a reset: how many packets an orderly end takes depends on who closes first.
        socket.LingerState = new LingerOption(true, 0);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Wait);
        own.Add(address, PacketsOfAQuestion);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), deadline.Token);
            own.Add(address, PacketsOfAConnection);
            return PortAnswer.Open;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused ? PortAnswer.Refused : PortAnswer.Silent;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return PortAnswer.Silent;
        }
    }
}

public interface IPortProbe
{
    Task<PortAnswer> TryAsync(IPAddress address, ushort port, CancellationToken cancellationToken);
}

/// <summary>What became of a TCP connection.</summary>
public enum PortAnswer
{
    Open,

    /// <summary>The machine is there, the port is closed.</summary>
    Refused,

    /// <summary>Nothing came back: not up yet, filtered, or this host cannot reach its own macvlan containers.</summary>
    Silent,
}
