using DurableDrill.Local.Cli;

return await new CommandLine(
    "Drills a streaming pipeline: injures it on purpose, watches it recover, proves every event and reports.",
    withoutVerb: new AskVerb(),
    new DemoVerb(),
    new InitVerb(),
    new ValidateVerb(),
    new PlanVerb(),
    new RunVerb(),
    new ListVerb(),
    new StatusVerb(),
    new WaitVerb(),
    new AbortVerb(),
    new RevertVerb(),
    new AnalyzeVerb(),
    new VerifyVerb(),
    new ReportVerb(),
    new TargetsVerb(),
    new UpVerb(),
    new DownVerb(),
    new DoctorVerb(),
    new WatchdogVerb()).RunAsync(args);
