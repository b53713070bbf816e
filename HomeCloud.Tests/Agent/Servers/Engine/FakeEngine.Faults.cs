using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Engine;

namespace HomeCloud.Tests.Agent.Servers.Engine;

/// <summary>What a test may switch on, and what it may count.</summary>
internal sealed partial class FakeEngine
{
    public ImmutableArray<ushort> ImagePorts { get; set; } = [];

    public ServerProblem? Away { get; set; }

    public ServerProblem? StartFailure { get; set; }

    /// <summary>MACs that another process on the machine has.</summary>
    public HashSet<string> MacsInUse { get; } = [];

    public ServerProblem? CreateFailure { get; set; }

    /// <summary>The container was created, but the answer was lost: this is returned instead.</summary>
    public ServerProblem? AfterCreate { get; set; }

    public Action AfterStart { get; set; } = () => { };

    public ServerProblem? RenameFailure { get; set; }

    public ServerProblem? RemoveFailure { get; set; }

    /// <summary>Of each removal, whether it was to kill.</summary>
    public ConcurrentQueue<bool> Removals { get; } = new();

    /// <summary>Addresses that the engine will not give.</summary>
    public HashSet<IPAddress> Unwilling { get; } = [];

    /// <summary>Labels that an image hands on.</summary>
    public ImmutableArray<string> ImageLabels { get; set; } = [];

    /// <summary>A pull tells nothing at all, as with a registry that took the connection and went away.</summary>
    public bool PullsInSilence { get; set; }

    /// <summary>How a pull goes, after it told of a first layer.</summary>
    public Func<CancellationToken, Task> Pulling { get; set; } = _ => Task.CompletedTask;

    /// <summary>What happens while a list is on its way to who asked for it.</summary>
    public Func<Task> OnTheWay { get; set; } = () => Task.CompletedTask;

    /// <summary>The life a container has after it was started.</summary>
    public ContainerLife LifeAfterStart { get; set; } = ContainerLife.Running;

    public List<EngineLogLine> Logs { get; } = [];

    /// <summary>The logs do not end, as with an engine that is busy.</summary>
    public bool LogsHang { get; set; }

    public List<ContainerPlan> Plans { get; } = [];

    /// <summary>Limits that were set of containers as they are.</summary>
    public ConcurrentQueue<(long Memory, double Cpus)> Limits { get; } = new();

    /// <summary>What the registry says; and how often it was asked.</summary>
    public Outcome<string> RegistryDigest { get; set; } = "sha256:new";

    public int RegistryQuestions { get; private set; }

    /// <summary>The id of each image; one that is pulled again gets another.</summary>
    public ConcurrentDictionary<string, string> ImageIds { get; } = new();

    /// <summary>What a pull brings: another image under the name.</summary>
    public string? PulledId { get; set; }

    /// <summary>Called before each call that changes a container, with its name and what is done; may throw or switch a fault on.</summary>
    public Action<string, string> Before { get; set; } = (_, _) => { };

    /// <summary>Shells that were opened.</summary>
    public ConcurrentQueue<FakeTerminal> Terminals { get; } = new();

    /// <summary>Why no shell is opened.</summary>
    public ServerProblem? ShellRefusal { get; set; }

    /// <summary>Why a server of that name is not stopped.</summary>
    public Func<string, ServerProblem?> StopRefusal { get; set; } = _ => null;

    public Action BeforeStop { get; set; } = () => { };

    public Action AfterStop { get; set; } = () => { };

    /// <summary>What is seen of who uses a container.</summary>
    public Func<ContainerFacts, UseReading?> Use { get; set; } = _ => new UseReading(0, 0);

    public ServerProblem? StopFailure { get; set; }

    /// <summary>A container that stops loses its addresses, as engines have it.</summary>
    public bool LosesAddresses { get; set; }

    /// <summary>What happens before a start.</summary>
    public Func<Task> BeforeStart { get; set; } = () => Task.CompletedTask;

    public ConcurrentQueue<IReadOnlyList<KeptPlace>> Kept { get; } = new();

    public int Starts => _starts;

    /// <summary>What was set afterwards: the model shows it so.</summary>
    public IContainerSettings? Settings { get; set; }

    /// <summary>Who sleeps: the model shows it so.</summary>
    public ISleepers? Sleepers { get; set; }
}
