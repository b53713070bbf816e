using System.Globalization;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Doctor.Checks;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Agent.Lan;
using HomeCloud.Net.Stub;
using HomeCloud.Tests.Agent.Docker;
using HomeCloud.Tests.Agent.Reconciliation;

namespace HomeCloud.Tests.Agent.Doctor;

/// <summary>An agent that answers, and has nothing good to tell. A real one compares every minute, so its silence has to be made up.</summary>
public sealed class EventsCheckTests : IAsyncLifetime
{
    private readonly ManualClock _clock = new();
    private readonly StubEngine _agent;
    private string _status = "";

    public EventsCheckTests() => _agent = new StubEngine((_, stream, _) => StubEngine.Respond(stream, 200, _status));

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _agent.DisposeAsync().AsTask();

    [Fact]
    public async Task Silence_of_more_than_ten_minutes_is_a_problem_until_the_agent_is_started_anew()
    {
        Told(engineProblem: null);
        _clock.Advance(TimeSpan.FromMinutes(10));
        (await ExamineAsync()).Severity.Should().Be(Severity.Ok, "it is not more yet");

        _clock.Advance(TimeSpan.FromMinutes(1));
        var stuck = await ExamineAsync();
        stuck.Severity.Should().Be(Severity.Problem);
        stuck.Message.ToString().Should().Contain("11 min ago");
        stuck.Fix!.ToString().Should().Contain("systemctl restart homecloud-agent").And.Contain("docker compose restart agent");

        Told(engineProblem: null);
        (await ExamineAsync()).Severity.Should().Be(Severity.Ok);
    }

    [Fact]
    public async Task It_says_how_long_ago_the_last_event_came()
    {
        Told(engineProblem: null);
        _clock.Advance(TimeSpan.FromSeconds(40));

        (await ExamineAsync()).Message.ToString().Should().Contain("40 s ago").And.Contain("last event was 3 h ago");
    }

    [Fact]
    public async Task An_agent_without_its_engine_is_a_problem_at_once()
    {
        Told(engineProblem: "Docker cannot be reached.");

        var found = await ExamineAsync();

        found.Severity.Should().Be(Severity.Problem);
        found.Message.ToString().Should().Contain("Docker cannot be reached.");
    }

    /// <summary>A comparison just now, and a quiet home: nothing has happened for three hours.</summary>
    private void Told(string? engineProblem)
    {
        var now = _clock.GetUtcNow();
        var problem = engineProblem is null ? "null" : $"\"{engineProblem}\"";
        _status = string.Create(CultureInfo.InvariantCulture, $$"""{"engineProblem": {{problem}}, "lastEvent": "{{now.AddHours(-3):O}}", "lastComparison": "{{now:O}}"}""");
    }

    private async Task<Finding> ExamineAsync()
    {
        using var engine = new EngineClient(new DockerOptions { Host = "unix:///nowhere.sock" });
        var options = new DoctorOptions { ControlSocket = _agent.SocketPath };
        var patient = new Patient(options, engine, new LanReader(), new StubClient(), new DhcpProbe(), new RouterProbe(), new AddressScan(_clock));
        return (await new EventsCheck(_clock).ExamineAsync(patient, CancellationToken.None)).Single();
    }
}
