using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Servers;

/// <summary>One refusal, for a person: what is wrong, and what to do about it.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Message">What is wrong, naming the value.</param>
/// <param name="Fix">The next step; empty when the message says it.</param>
public sealed record ServerProblem(ProblemCode Code, Phrase Message, Phrase Fix)
{
    public ServerProblem(ProblemCode code, Phrase message)
        : this(code, message, Phrase.None)
    {
    }

    /// <summary>The last lines a container said before it died; empty otherwise.</summary>
    public IReadOnlyList<string> Output { get; init; } = [];
}

/// <summary>Why something asked for was not done. Each code has one HTTP status (docs/api.md) and one exit code of the command line (docs/cli.md).</summary>
public enum ProblemCode
{
    InvalidRequest,
    InvalidName,
    NameReserved,
    NameTaken,
    InvalidAlias,
    InvalidImage,
    ImageNotFound,
    ImagePullFailed,
    ImageBuildFailed,
    TemplateNotFound,
    InvalidEnvironment,
    InvalidVolume,
    VolumeTaken,
    MountNotAllowed,
    PrivilegedNotAllowed,
    TerminalNotAllowed,
    InvalidLimit,
    InvalidExpiry,
    InvalidSleep,
    InvalidKey,
    NoKey,
    NoNetwork,
    SeveralNetworks,
    NoFreeAddress,
    InvalidAddress,
    AddressTaken,
    AddressAnswers,
    MacInUse,
    DiskFull,
    EngineAway,
    EngineRefused,
    ExitedAtOnce,
    NotFound,
    OwnContainer,
    Busy,
    RegistryAway,
    Cancelled,
}
