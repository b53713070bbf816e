using System.Net;
using System.Net.Sockets;
using HomeCloud.Dns.Hosting.Control;
using HomeCloud.Dns.Telemetry.Exposition;
using HomeCloud.Dns.Telemetry.Health;
using HomeCloud.Dns.Telemetry.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Telemetry;

public sealed class MetricsEndpointTests : IAsyncLifetime, IDisposable
{
    private const int Deadline = 30_000;

    private readonly MetricsCollector _collector = new(_ => false);
    private readonly SwitchedCheck _check = new();
    private readonly MetricsEndpoint _endpoint;
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(20) };

    public MetricsEndpointTests() =>
        _endpoint = new MetricsEndpoint(new IPEndPoint(IPAddress.Loopback, 0), _collector, [_check], TimeProvider.System, NullLogger<MetricsEndpoint>.Instance);

    private string Base => $"http://{_endpoint.Address}";

    [Fact(Timeout = Deadline)]
    public async Task Metrics_are_served_as_Prometheus_asks_for_them()
    {
        using var response = await _client.GetAsync(Base + "/metrics");

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().Should().Be("text/plain; version=0.0.4; charset=utf-8");
    }

    [Fact(Timeout = Deadline)]
    public async Task Readiness_and_the_probe_say_what_the_checks_say()
    {
        (await _client.GetAsync(Base + "/health/ready")).StatusCode.Should().Be(HttpStatusCode.OK);
        HealthProbe.Run(["probe", _endpoint.Address!.ToString()]).Should().Be(0);

        _check.Ready = false;

        using var response = await _client.GetAsync(Base + "/health/ready");
        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await response.Content.ReadAsStringAsync()).Should().Be("{\"ready\":false,\"checks\":{\"switched\":{\"ready\":false,\"detail\":\"as told\"}}}\n");
        (await _client.GetAsync(Base + "/health/live")).StatusCode.Should().Be(HttpStatusCode.OK);
        HealthProbe.Run(["probe", _endpoint.Address!.ToString()]).Should().Be(1);
    }

    [Theory(Timeout = Deadline)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "404")]
    [InlineData("POST /metrics HTTP/1.1\r\n\r\n", "405")]
    [InlineData("garbage\r\n\r\n", "400")]
    [InlineData("GET /metrics\r\n\r\n", "400")]
    public async Task Anything_else_is_refused(string request, string status)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_endpoint.Address!);
        await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(request));
        var buffer = new byte[1000];
        var length = await socket.ReceiveAsync(buffer);

        System.Text.Encoding.ASCII.GetString(buffer, 0, length).Should().StartWith("HTTP/1.1 " + status);
    }

    [Fact(Timeout = Deadline)]
    public async Task A_crowd_of_silent_clients_does_not_stop_it_for_good()
    {
        var silent = new List<Socket>();
        for (var i = 0; i < 40; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            silent.Add(socket);
            _ = socket.ConnectAsync(_endpoint.Address!);
        }

        using var response = await _client.GetAsync(Base + "/health/live");

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        silent.ForEach(socket => socket.Dispose());
    }

    public Task InitializeAsync() => _endpoint.StartAsync(CancellationToken.None);

    public Task DisposeAsync() => _endpoint.StopAsync(CancellationToken.None);

    public void Dispose()
    {
        _endpoint.Dispose();
        _collector.Dispose();
        _client.Dispose();
    }

    private sealed class SwitchedCheck : IReadinessCheck
    {
        public bool Ready { get; set; } = true;

        public string Name => "switched";

        public ReadinessResult Check() => new(Ready, "as told");
    }
}
