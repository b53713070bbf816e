using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>Whether the agent runs, follows the engine, and when it last heard of it.</summary>
internal sealed class EventsCheck(TimeProvider time) : IDoctorCheck
{
    /// <summary>The agent compares everything this often even without events; silence beyond means it is stuck.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    public string Id => "events";

    public Phrase Title => "agent and its events";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken)
    {
        var socket = patient.Options.ControlSocket;
        if (!File.Exists(socket) && (await patient.ContainersAsync(cancellationToken)).Any(container => container.State == "running" && Patient.HasRole(container, "agent")))
            return [Finding.Note("the agent runs in a container; check it there:  docker compose exec agent homecloud doctor --only events")];
        if (!File.Exists(socket))
            return [Finding.Problem($"no agent runs here: there is no control socket {socket}.", "docker compose up -d agent   or   sudo systemctl start homecloud-agent")];
        try
        {
            using var status = await StatusAsync(socket, cancellationToken);
            return [Judge(status.RootElement), .. Sleep(status.RootElement)];
        }
        // A client that waited long enough says so by TaskCanceledException.
        catch (Exception error) when (error is HttpRequestException or JsonException || (error is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return [Finding.Problem($"the agent at {socket} does not answer: {error.GetBaseException().Message}", "docker compose restart agent   or   sudo systemctl restart homecloud-agent")];
        }
    }

    private static async Task<JsonDocument> StatusAsync(string socket, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), token);
                return new NetworkStream(connection, ownsSocket: true);
            },
        };
        using var http = new HttpClient(handler) { Timeout = Wait };
        return JsonDocument.Parse(await http.GetStringAsync(new Uri("http://agent/api/v1/status"), cancellationToken));
    }

    private static IEnumerable<Finding> Sleep(JsonElement status)
    {
        if (status.TryGetProperty("packetProblem", out var deaf) && deaf.GetString() is { } reason)
            yield return Finding.Warning($"sleeping servers are woken by questions for their names only: {(Phrase)reason}", "Give the agent CAP_NET_RAW (docs/sleep.md, waking by packet), or let it be: a device that remembers an address then waits until it asks for the name again.");
    }

    private Finding Judge(JsonElement status)
    {
        if (status.TryGetProperty("engineProblem", out var away) && away.GetString() is { } reason)
            return Finding.Problem($"the agent runs, but gets no events from the engine: {(Phrase)reason}", "Names stay as they were until it does. Fix what the check 'engine' reports; the agent then continues automatically.");
        if (status.TryGetProperty("registryProblem", out var refused) && refused.GetString() is { } why)
            return Finding.Problem($"the agent runs, but its names are not in the registry: {(Phrase)why}", "Names stay as they were until it can write; the check 'redis' gives details.");
        if (!status.TryGetProperty("lastComparison", out var last) || !DateTimeOffset.TryParse(last.GetString(), CultureInfo.InvariantCulture, out var at))
            return Finding.Note("the agent runs, but does not report when it last compared names with the engine");
        var silence = time.GetUtcNow() - at;
        if (silence > LongestSilence)
            return Finding.Problem($"the agent last compared its names with the engine {Finding.Time(silence)} ago.", "docker compose restart agent   or   sudo systemctl restart homecloud-agent");
        return status.TryGetProperty("lastEvent", out last) && DateTimeOffset.TryParse(last.GetString(), CultureInfo.InvariantCulture, out var happened)
            ? Finding.Ok($"the agent compared its names with the engine {silence.TotalSeconds:0} s ago; the last event was {Finding.Time(time.GetUtcNow() - happened)} ago")
            : Finding.Ok($"the agent compared its names with the engine {silence.TotalSeconds:0} s ago");
    }
}
