using System.Net;
using System.Net.Sockets;
using System.Text;
using HomeCloud.Agent.Naming;

namespace HomeCloud.Tests.Agent.Web;

/// <summary>Connections that do nothing, or next to nothing, keep nobody out.</summary>
public sealed class ConnectionTests
{
    private const int Limit = 120_000;
    private const int Many = 600;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory(Timeout = Limit)]
    [InlineData("", "127.0.0.1")]
    [InlineData("", "127.0.0.2")]
    [InlineData("GET / HTTP/1.1\r\nHost: cloud.home\r\nX-", "127.0.0.1")]
    public async Task Six_hundred_idle_ones_do_not_shut_the_page_out(string begun, string visitor)
    {
        await using var home = await WebHome.StartAsync();
        var idle = new List<Socket>();
        try
        {
            for (var i = 0; i < Many; i++)
                idle.Add(await ConnectAsync(home, "127.0.0.1", begun));

            (await GetAsync(home, visitor)).Should().StartWith("HTTP/1.1 200");
        }
        finally
        {
            idle.ForEach(socket => socket.Dispose());
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Nor_do_they_from_many_addresses()
    {
        await using var home = await WebHome.StartAsync();
        var idle = new List<Socket>();
        try
        {
            for (var i = 0; i < 1100; i++)
                idle.Add(await ConnectAsync(home, $"127.0.1.{1 + (i % 20)}", ""));

            (await GetAsync(home, "127.0.0.1")).Should().StartWith("HTTP/1.1 200");
        }
        finally
        {
            idle.ForEach(socket => socket.Dispose());
        }
    }

    /// <summary>A request that takes for ever to arrive is no more than an idle connection, unless somebody signed in waits for it.</summary>
    [Theory(Timeout = Limit)]
    [InlineData("application/json")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task Nor_do_requests_of_strangers_whose_bodies_never_end(string type)
    {
        await using var home = await WebHome.StartAsync();
        var slow = new List<Socket>();
        try
        {
            for (var i = 0; i < 1100; i++)
                slow.Add(await ConnectAsync(home, $"127.0.1.{1 + (i % 20)}", $"POST /nothing HTTP/1.1\r\nHost: cloud.home\r\nContent-Type: {type}\r\nContent-Length: 900000\r\n\r\n--x\r\n"));

            (await GetAsync(home, "127.0.0.1")).Should().StartWith("HTTP/1.1 200");
        }
        finally
        {
            slow.ForEach(socket => socket.Dispose());
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_request_under_way_is_not_cut_off_to_make_room()
    {
        await using var home = await WebHome.StartAsync();
        using var browser = await home.SignedInAsync();
        using var stream = new StreamReader(await browser.GetStreamAsync("/api/v1/events"));
        (await stream.ReadLineAsync()).Should().Be("event: servers");
        var idle = new List<Socket>();
        try
        {
            for (var i = 0; i < Many; i++)
                idle.Add(await ConnectAsync(home, "127.0.0.1", ""));

            (await GetAsync(home, "127.0.0.1")).Should().StartWith("HTTP/1.1 200");
            home.Engine.Add(new ContainerFacts { Id = new string('a', 64), Name = "late", Image = "x", Life = ContainerLife.Exited });
            using var deadline = new CancellationTokenSource(Patience);
            while (await stream.ReadLineAsync(deadline.Token) is { } line && !line.Contains("\"late\"", StringComparison.Ordinal))
            {
            }

            deadline.IsCancellationRequested.Should().BeFalse();
        }
        finally
        {
            idle.ForEach(socket => socket.Dispose());
        }
    }

    private static async Task<Socket> ConnectAsync(WebHome home, string from, string begun)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        using var deadline = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, home.Url.Port), deadline.Token);
        if (begun.Length > 0)
            await socket.SendAsync(Encoding.ASCII.GetBytes(begun), deadline.Token);

        return socket;
    }

    private static async Task<string> GetAsync(WebHome home, string from)
    {
        using var socket = await ConnectAsync(home, from, "GET /sign-in HTTP/1.1\r\nHost: cloud.home\r\nConnection: close\r\n\r\n");
        var buffer = new byte[4096];
        using var deadline = new CancellationTokenSource(Patience);
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, deadline.Token));
    }
}
