using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HomeCloud.Lab;
using HomeCloud.Lab.Names;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Network.Native;

namespace HomeCloud.Tests.Lab.Chaos;

/// <summary>How a device comes to a server that sleeps.</summary>
internal enum CallWay
{
    /// <summary>It asks for the name.</summary>
    Name,

    /// <summary>It remembers the address, and asks for the MAC.</summary>
    Arp,

    /// <summary>It remembers both.</summary>
    Packet,
}

/// <summary>The laptop, as the user of one server: it waits for what ssh says first, and stays connected.</summary>
/// <param name="lab">Of the laptop.</param>
/// <param name="name">The server.</param>
/// <param name="address">What it remembers.</param>
/// <param name="limit">So long it waits.</param>
internal sealed class SleepingCaller(HomeLab lab, string name, IPAddress address, TimeSpan limit) : IDisposable
{
    private const int Ssh = 22;

    /// <summary>A stub asks twice.</summary>
    private const int Tries = 2;

    private readonly StubResolver _stub = StubResolver.OnLaptop(lab, Lan.Server4(0));

    public async Task<SleepingCall> CallAsync(CallWay way)
    {
        if (way == CallWay.Arp)
            await lab.Laptop.RunAsync(["ip", "neigh", "del", address.ToString(), "dev", "eth0"]);
        return await Task.Factory.StartNew(() => Call(way), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public void Dispose() => _stub.Dispose();

    private SleepingCall Call(CallWay way)
    {
        var begun = Stopwatch.GetTimestamp();
        if (way == CallWay.Name)
        {
            var answer = StubAnswer.Timeout;
            for (var i = 0; i < Tries && answer.Code == StubAnswer.Nobody; i++)
                answer = _stub.Ask(name + ".home", timeoutMilliseconds: (int)(limit / Tries).TotalMilliseconds);
            if (!answer.Is(address))
                return new(null, $"DNS says {answer}", Stopwatch.GetElapsedTime(begun));
        }

        var error = (SocketError?)SocketError.TimedOut;
        while (limit - Stopwatch.GetElapsedTime(begun) is var left && left > TimeSpan.Zero)
        {
            var socket = NetworkNamespace.Create(lab.Laptop.Pid, () => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
            error = Connect(socket, left);
            if (error is null)
                return new(socket, null, Stopwatch.GetElapsedTime(begun));
            socket.Dispose();
            // Its program does not listen yet, or nobody has its address for three seconds: people try again.
            Thread.Sleep(50);
        }

        return new(null, error.ToString(), Stopwatch.GetElapsedTime(begun));
    }

    private SocketError? Connect(Socket socket, TimeSpan left)
    {
        try
        {
            socket.ReceiveTimeout = Math.Max(1, (int)left.TotalMilliseconds);
            if (!socket.ConnectAsync(new IPEndPoint(address, Ssh)).Wait(left))
                return SocketError.TimedOut;
            return socket.Receive(new byte[64]) > 0 ? null : SocketError.ConnectionReset;
        }
        catch (AggregateException failed) when (failed.InnerException is SocketException refused)
        {
            return refused.SocketErrorCode;
        }
        catch (SocketException failed)
        {
            return failed.SocketErrorCode;
        }
    }
}

/// <summary>What became of a call.</summary>
/// <param name="connection">Null when it did not get through.</param>
/// <param name="error">Why not.</param>
/// <param name="took">Until then.</param>
internal sealed class SleepingCall(Socket? connection, string? error, TimeSpan took) : IDisposable
{
    public bool IsThrough => connection is not null;

    public string? Error => error;

    public TimeSpan Took => took;

    /// <summary>Says nothing more, as one who is logged in and reads.</summary>
    /// <returns>Whether the connection lived so long.</returns>
    public async Task<bool> StaysAsync(TimeSpan time)
    {
        using var over = new CancellationTokenSource(time);
        var buffer = new byte[4096];
        try
        {
            // The server's key exchange follows its banner.
            while (await connection!.ReceiveAsync(buffer, over.Token) > 0)
            {
            }

            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose() => connection?.Dispose();
}
