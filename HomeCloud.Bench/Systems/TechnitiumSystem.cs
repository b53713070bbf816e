using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace HomeCloud.Bench.Systems;

/// <summary>Technitium DNS Server, from a DnsServerApp.dll that was built or installed before. It is set up through its HTTP API, as it has no text configuration.</summary>
internal sealed class TechnitiumSystem(string path) : ISystem
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Name => "technitium";

    public string Program => path;

    public string VersionArgument => "";

    public SystemCommand? Configure(Role role, string directory, IPEndPoint listen, string? names, IPEndPoint? upstream)
    {
        var web = FreePort();
        var holders = HoldDefaultPort();
        return new SystemCommand("dotnet", path, directory)
        {
            Environment = new Dictionary<string, string>
            {
                ["DNS_SERVER_WEB_SERVICE_LOCAL_ADDRESSES"] = "127.0.0.1",
                ["DNS_SERVER_WEB_SERVICE_HTTP_PORT"] = web.ToString(),
                ["DNS_SERVER_ADMIN_PASSWORD"] = Name,
                ["DNS_SERVER_LOG_FOLDER_PATH"] = directory,
                ["DNS_SERVER_RECURSION"] = "Allow",
                ["DNS_SERVER_ENABLE_BLOCKING"] = "false",
            },
            SetUp = () =>
            {
                SetUp(web, listen, names, upstream);
                holders.ForEach(holder => holder.Dispose());
            },
        };
    }

    private void SetUp(int web, IPEndPoint listen, string? names, IPEndPoint? upstream)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{web}/api/") };
        var token = Login(client);
        Ask(client, $"settings/set?token={token}&dnsServerLocalEndPoints={listen}&qpmLimitRequests=0&enableLogging=false&enableBlocking=false&dnssecValidation=false"
            + (upstream is null ? "" : $"&forwarders={upstream}&forwarderProtocol=Udp&concurrentForwarding=false"));
        if (names is null)
            return;
        Ask(client, $"zones/create?token={token}&zone=home&type=Primary");
        using var file = new MultipartFormDataContent { { new ByteArrayContent(File.ReadAllBytes(Path.Combine(names, ZoneFiles.MasterFile))), "file", "home.zone" } };
        Check(client.PostAsync($"zones/import?token={token}&zone=home&overwrite=true", file));
    }

    private string Login(HttpClient client)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (true)
        {
            try
            {
                return Ask(client, $"user/login?user=admin&pass={Name}").GetProperty("token").GetString()!;
            }
            catch (HttpRequestException) when (DateTime.UtcNow < deadline)
            {
                Thread.Sleep(50);
            }
        }
    }

    private static JsonElement Ask(HttpClient client, string request) => Check(client.GetAsync(request));

    private static JsonElement Check(Task<HttpResponseMessage> request)
    {
        using var response = request.GetAwaiter().GetResult();
        var answer = response.Content.ReadFromJsonAsync<JsonElement>().GetAwaiter().GetResult();
        return answer.GetProperty("status").GetString() == "ok" ? answer : throw new InvalidOperationException($"technitium: {answer}");
    }

    // Until it is told otherwise it listens on port 53 of every address: while we hold that, it cannot, and only says so.
    private static List<Socket> HoldDefaultPort()
    {
        var held = new List<Socket>();
        foreach (var (type, protocol) in ((SocketType, ProtocolType)[])[(SocketType.Dgram, ProtocolType.Udp), (SocketType.Stream, ProtocolType.Tcp)])
        {
            var socket = new Socket(AddressFamily.InterNetworkV6, type, protocol) { DualMode = true };
            held.Add(socket);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.IPv6Any, 53));
            }
            catch (SocketException)
            {
                // Another program has it: so Technitium cannot have it either.
            }
        }

        return held;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
