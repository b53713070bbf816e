using System.Net;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Tests.Agent.Reconciliation;
using HomeCloud.Tests.Agent.Servers.Engine;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Agent.Servers.Making;

/// <summary>All of Servers over a <see cref="FakeEngine"/> and probes that answer as told.</summary>
internal sealed class MakerFixture : IDisposable, IAddressProbe, INameProbe, IPortProbe, IHostApplicationLifetime
{
    public const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl mo@laptop";
    private readonly StartTurns _turns = new();

    public MakerFixture()
    {
        Options = new ServersOptions { DataDirectory = Folder };
        Names = new NameClaims(Options, Registry);
        Book = new ReservationBook(Path.Combine(Folder, "reservations.json"), TimeProvider.System);
        History = new HistoryLog(Path.Combine(Folder, "history.jsonl"), TimeProvider.System);
        Operations = new OperationBook(TimeProvider.System);
        Giver = new AddressGiver(Engine, Book, this, Options);
        Catalogue = new TemplateCatalogue(Path.Combine(Folder, "templates"), NullLogger<TemplateCatalogue>.Instance);
        Folders = new FolderGuard(Options);
        File.WriteAllText(Path.Combine(Folder, "authorized_keys"), Key + "\n");
        var volumes = new VolumeStep(Engine);
        Maker = new ServerMaker(
            Planner = new ServerPlanner(Options, Catalogue, TimeProvider.System),
            new KeyBook(Path.Combine(Folder, "authorized_keys")),
            [
                new CheckStep(Engine, Names, Folders, Book, Options),
                new ReservationStep(Book, volumes),
                Images = new ImageStep(Engine, Clock),
                volumes,
                new ContainerStep(Engine, Giver, _turns, Book, Readiness = new ReadinessCheck(Engine, this, this, Options, TimeProvider.System), NullLogger<ContainerStep>.Instance),
            ],
            Book,
            History,
            Operations,
            this,
            NullLogger<ServerMaker>.Instance);
        Changes = new ChangeBook(Path.Combine(Folder, "changes.json"));
        Keeper = new ServerKeeper(Engine, Names, Folders, Book, History, Changes);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("homecloud-maker").FullName;

    public FakeEngine Engine { get; } = new();

    /// <summary>What a pull is timed by.</summary>
    public ManualClock Clock { get; } = new();

    public ServersOptions Options { get; }

    public ModelRegistry Registry { get; } = new();

    public NameClaims Names { get; }

    public ReservationBook Book { get; }

    public HistoryLog History { get; }

    public OperationBook Operations { get; }

    public AddressGiver Giver { get; }

    public ServerMaker Maker { get; }

    public ServerPlanner Planner { get; }

    public TemplateCatalogue Catalogue { get; }

    public FolderGuard Folders { get; }

    public ReadinessCheck Readiness { get; }

    public ImageStep Images { get; }

    public ChangeBook Changes { get; }

    public ServerKeeper Keeper { get; }

    /// <summary>Addresses that some device on the LAN answers for.</summary>
    public HashSet<string> Answering { get; } = [];

    /// <summary>Addresses at which the kernel remembers a device that may be gone.</summary>
    public HashSet<IPAddress> Remembered { get; } = [];

    /// <summary>Runs while the LAN is asked for an address.</summary>
    public Func<IPAddress, Task> BeforeAnswer { get; set; } = _ => Task.CompletedTask;

    public bool Resolves { get; set; } = true;

    public PortAnswer Port { get; set; } = PortAnswer.Open;

    bool INameProbe.CanAsk => true;

    CancellationToken IHostApplicationLifetime.ApplicationStarted => CancellationToken.None;

    CancellationToken IHostApplicationLifetime.ApplicationStopping => CancellationToken.None;

    CancellationToken IHostApplicationLifetime.ApplicationStopped => CancellationToken.None;

    public async Task<Operation> MakeAsync(CreateServer request)
    {
        var operation = Maker.Begin(request, "mo").Value!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (var _ in operation.WatchAsync(deadline.Token))
        {
        }

        return operation;
    }

    public void Dispose()
    {
        _turns.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    void IHostApplicationLifetime.StopApplication()
    {
    }

    async Task<bool> IAddressProbe.IsAnsweringAsync(IPAddress address, IReadOnlySet<string> ours, CancellationToken cancellationToken)
    {
        await BeforeAnswer(address);
        return Answering.Contains(address.ToString());
    }

    IReadOnlySet<IPAddress> IAddressProbe.Remembered(IReadOnlySet<string> ours) => Remembered;

    Task<bool> INameProbe.ResolvesAsync(string fullName, IPAddress address, CancellationToken cancellationToken) => Task.FromResult(Resolves);

    Task<PortAnswer> IPortProbe.TryAsync(IPAddress address, ushort port, CancellationToken cancellationToken) => Task.FromResult(Port);
}
