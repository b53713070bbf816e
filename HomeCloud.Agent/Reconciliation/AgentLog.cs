using HomeCloud.Agent.Naming;

namespace HomeCloud.Agent.Reconciliation;

internal static partial class AgentLog
{
    [LoggerMessage(1, LogLevel.Information, "Following the engine on {Host}, version {Version}")]
    public static partial void EngineBack(ILogger logger, string host, string version);

    [LoggerMessage(2, LogLevel.Warning, "{Reason}. Its names stay as they are; trying again until it is back")]
    public static partial void EngineLost(ILogger logger, string reason);

    [LoggerMessage(14, LogLevel.Warning, "The engine does not tell the name of its host, {Host} is used: {Reason}")]
    public static partial void NoHostName(ILogger logger, string host, string reason);

    [LoggerMessage(15, LogLevel.Debug, "{Reason}. Still trying")]
    public static partial void EngineStillLost(ILogger logger, string reason);

    [LoggerMessage(3, LogLevel.Warning, "{Warning}")]
    public static partial void Naming(ILogger logger, NamingWarning warning);

    [LoggerMessage(4, LogLevel.Warning, "Container {Id} cannot be inspected; what was last known of it stays: {Reason}")]
    public static partial void InspectionFailed(ILogger logger, string id, string reason);

    [LoggerMessage(5, LogLevel.Warning, "The engine does not list its containers, trying again: {Reason}")]
    public static partial void ListingFailed(ILogger logger, string reason);

    [LoggerMessage(6, LogLevel.Warning, "The registry does not take our names, trying again: {Reason}")]
    public static partial void WriteFailed(ILogger logger, string reason);

    [LoggerMessage(7, LogLevel.Information, "The registry takes our names again")]
    public static partial void WriteWorks(ILogger logger);

    [LoggerMessage(8, LogLevel.Debug, "{Count} records changed in the registry; {Total} names of {Containers} containers")]
    public static partial void Written(ILogger logger, int count, int total, int containers);

    [LoggerMessage(9, LogLevel.Information, "{Total} names of {Containers} containers are in the registry")]
    public static partial void FirstWritten(ILogger logger, int total, int containers);

    [LoggerMessage(10, LogLevel.Error, "A bug: {Where} failed; it goes on")]
    public static partial void Bug(ILogger logger, Exception exception, string where);

    [LoggerMessage(11, LogLevel.Warning, "The lease of our names cannot be renewed, trying again: {Reason}")]
    public static partial void LeaseFailed(ILogger logger, string reason);

    [LoggerMessage(12, LogLevel.Debug, "Event {Type} {Action} {Id}")]
    public static partial void Event(ILogger logger, string type, string action, string? id);

    [LoggerMessage(13, LogLevel.Error, "The record of '{Name}' is not valid and is left out: {Reason}")]
    public static partial void Invalid(ILogger logger, string name, string reason);
}
