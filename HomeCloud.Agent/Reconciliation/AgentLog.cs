using HomeCloud.Agent.Naming;

namespace HomeCloud.Agent.Reconciliation;

internal static partial class AgentLog
{
    [LoggerMessage(LogLevel.Information, "Engine: following {Host}, version {Version}")]
    public static partial void EngineBack(ILogger logger, string host, string version);

    [LoggerMessage(LogLevel.Warning, "{Reason}. Its names stay as they are; retrying until it is back")]
    public static partial void EngineLost(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "Engine: did not report its host name; using {Host}: {Reason}")]
    public static partial void NoHostName(ILogger logger, string host, string reason);

    [LoggerMessage(LogLevel.Debug, "{Reason}. Still retrying")]
    public static partial void EngineStillLost(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "{Warning}")]
    public static partial void Naming(ILogger logger, NamingWarning warning);

    [LoggerMessage(LogLevel.Warning, "Container {Id}: cannot be inspected; its last known state stays: {Reason}")]
    public static partial void InspectionFailed(ILogger logger, string id, string reason);

    [LoggerMessage(LogLevel.Warning, "Engine: cannot list the containers, retrying: {Reason}")]
    public static partial void ListingFailed(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "Registry: cannot write our names, retrying: {Reason}")]
    public static partial void WriteFailed(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "Registry: our names are written again")]
    public static partial void WriteWorks(ILogger logger);

    [LoggerMessage(LogLevel.Debug, "Registry: {Count} records changed; {Total} names of {Containers} containers")]
    public static partial void Written(ILogger logger, int count, int total, int containers);

    [LoggerMessage(LogLevel.Information, "Registry: {Total} names of {Containers} containers are stored")]
    public static partial void FirstWritten(ILogger logger, int total, int containers);

    [LoggerMessage(LogLevel.Error, "Internal error: {Where} failed; continuing. Please report it")]
    public static partial void Bug(ILogger logger, Exception exception, string where);

    [LoggerMessage(LogLevel.Warning, "Registry: cannot renew the lease of our names, retrying: {Reason}")]
    public static partial void LeaseFailed(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Debug, "Engine: event {Type} {Action} {Id}")]
    public static partial void Event(ILogger logger, string type, string action, string? id);

    [LoggerMessage(LogLevel.Error, "Name {Name}: invalid record, ignored: {Reason}")]
    public static partial void Invalid(ILogger logger, string name, string reason);
}
