using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HomeCloud.Lab;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Network.Native;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Bench.Sleep;

/// <summary>The laptop, from this process: asks for a name, connects, and waits for the first byte that an ssh server says.</summary>
internal sealed class SleepCaller(HomeLab lab)
{
    /// <summary>ssh gives up sooner or later; so does this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>A stub waits so long for an answer.</summary>
    private const int Stub = 5000;

    /// <summary>How often a connection was refused because the server's program did not listen yet.</summary>
    public int Refusals { get; private set; }

    /// <summary>Asks for its name, then connects.</summary>
    /// <returns>Milliseconds from the question to the first byte.</returns>
    public double ByName(string name, ushort port)
    {
        using var stub = StubResolver.OnLaptop(lab, Lan.Server4(0));
        var begun = Stopwatch.GetTimestamp();
        var answer = stub.Ask(name, timeoutMilliseconds: Stub);
        if (answer.Addresses.IsEmpty)
            throw new LabException($"{name} has no address: {answer}.");
        FirstByte(new IPEndPoint(answer.Addresses[0], port), begun);
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    /// <summary>Remembers the address, and connects.</summary>
    /// <returns>Milliseconds from the first packet to the first byte.</returns>
    public double ByPacket(IPAddress address, ushort port)
    {
        var begun = Stopwatch.GetTimestamp();
        FirstByte(new IPEndPoint(address, port), begun);
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    /// <summary>One connection that the kernel repeats as it sees fit; when refused, the next one at once, as a person who waits would like.</summary>
    private void FirstByte(IPEndPoint place, long begun)
    {
        var first = new byte[1];
        while (Stopwatch.GetElapsedTime(begun) is var passed && passed < Patience)
        {
            using var socket = NetworkNamespace.Create(lab.Laptop.Pid, () => new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
            socket.ReceiveTimeout = (int)(Patience - passed).TotalMilliseconds;
            try
            {
                if (!socket.ConnectAsync(place).Wait(Patience - passed))
                    break;
                if (socket.Receive(first) == 1 && first[0] == (byte)'S')
                    return;
                throw new LabException($"{place} is no ssh server.");
            }
            catch (AggregateException refused) when (refused.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
            {
                Refusals++;
                Thread.Sleep(5);
            }
            catch (AggregateException unreachable) when (unreachable.InnerException is SocketException { SocketErrorCode: SocketError.HostUnreachable })
            {
                // ARP gave up after three seconds; the caller tries again.
            }
        }

        throw new LabException($"{place} did not answer within {Patience.TotalSeconds:0} s.");
    }
}
