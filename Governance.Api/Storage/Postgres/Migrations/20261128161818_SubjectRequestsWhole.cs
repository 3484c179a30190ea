using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Governance.Api.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class SubjectRequestsWhole : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "AcceptedPeople",
                schema: "governance_state",
                table: "subject_requests",
                type: "integer",
                nullable: false,
                defaultValue: 1
            );

            migrationBuilder.AddColumn<Guid>(
                name: "BatchId",
                schema: "governance_state",
                table: "subject_requests",
                type: "uuid",
                nullable: true
            );

            migrationBuilder.AddColumn<bool>(
                name: "IsHeld",
                schema: "governance_state",
                table: "subject_requests",
                type: "boolean",
                nullable: false,
                defaultValue: false
            );

            migrationBuilder.AddColumn<Guid>(
                name: "NextBatchId",
                schema: "governance_state",
                table: "subject_requests",
                type: "uuid",
                nullable: true
            );

            migrationBuilder.AddColumn<string>(
                name: "Waivers",
                schema: "governance_state",
                table: "subject_requests",
                type: "text",
                nullable: false,
                defaultValueSql: "'[]'"
            );

            migrationBuilder.AddColumn<long>(
                name: "BatchMatched",
                schema: "governance_state",
                table: "subject_request_items",
                type: "bigint",
                nullable: true
            );

            migrationBuilder.AddColumn<long>(
                name: "BeganAt",
                schema: "governance_state",
                table: "subject_request_items",
                type: "bigint",
                nullable: true
            );

            migrationBuilder.AddColumn<long>(
                name: "Counted",
                schema: "governance_state",
                table: "subject_request_items",
                type: "bigint",
                nullable: true
            );

            migrationBuilder.AddColumn<long>(
                name: "CountedEarlier",
                schema: "governance_state",
                table: "subject_request_items",
                type: "bigint",
                nullable: true
            );

            migrationBuilder.AddColumn<long>(
                name: "EstimatedBytes",
                schema: "governance_state",
                table: "subject_request_items",
                type: "bigint",
                nullable: true
            );

            migrationBuilder.AddColumn<string>(
                name: "HashAfter",
                schema: "governance_state",
                table: "subject_request_items",
                type: "text",
                nullable: true,
                collation: "C"
            );

            migrationBuilder.AddColumn<string>(
                name: "HashBefore",
                schema: "governance_state",
                table: "subject_request_items",
                type: "text",
                nullable: true,
                collation: "C"
            );

            migrationBuilder.AddColumn<long>(
                name: "HeldUntil",
                schema: "governance_state",
                table: "subject_request_items",
                type: "bigint",
                nullable: true
            );

            migrationBuilder.AddColumn<int>(
                name: "ViewsCounted",
                schema: "governance_state",
                table: "subject_request_items",
                type: "integer",
                nullable: true
            );

            migrationBuilder.AddColumn<string>(
                name: "WaivedBy",
                schema: "governance_state",
                table: "subject_request_items",
                type: "text",
                nullable: true,
                collation: "C"
            );

            migrationBuilder.AddColumn<List<string>>(
                name: "Without",
                schema: "governance_state",
                table: "grants",
                type: "text[]",
                nullable: false
            );

            migrationBuilder.CreateTable(
                name: "erased_identifiers",
                schema: "governance_state",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    Surrogate = table.Column<Guid>(type: "uuid", nullable: false),
                    Domain = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    IsOwned = table.Column<bool>(type: "boolean", nullable: false),
                    ErasedAt = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_erased_identifiers", x => new { x.RequestId, x.Surrogate });
                }
            );

            migrationBuilder.CreateTable(
                name: "legal_holds",
                schema: "governance_state",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    Datasets = table.Column<List<string>>(type: "text[]", nullable: false),
                    Reason = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Until = table.Column<long>(type: "bigint", nullable: true),
                    PlacedAt = table.Column<long>(type: "bigint", nullable: false),
                    PlacedBy = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    TooLateFor = table.Column<List<string>>(type: "text[]", nullable: false),
                    ReleasedAt = table.Column<long>(type: "bigint", nullable: true),
                    ReleasedBy = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ReleaseReason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_legal_holds", x => x.Id);
                    table.ForeignKey(
                        name: "FK_legal_holds_subject_requests_RequestId",
                        column: x => x.RequestId,
                        principalSchema: "governance_state",
                        principalTable: "subject_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "opendsr_requests",
                schema: "governance_state",
                columns: table => new
                {
                    Controller = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    SubjectRequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    ReceivedAt = table.Column<long>(type: "bigint", nullable: false),
                    Callbacks = table.Column<string>(type: "text", nullable: false),
                    Told = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    IsOver = table.Column<bool>(type: "boolean", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_opendsr_requests", x => new { x.Controller, x.SubjectRequestId });
                }
            );

            migrationBuilder.CreateTable(
                name: "processing_limits",
                schema: "governance_state",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    Subject = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Purposes = table.Column<List<string>>(type: "text[]", nullable: false),
                    Since = table.Column<long>(type: "bigint", nullable: false),
                    LiftedAt = table.Column<long>(type: "bigint", nullable: true),
                    LiftedBy = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    LiftReason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Views = table.Column<int>(type: "integer", nullable: false),
                    ShownBefore = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_processing_limits", x => x.RequestId);
                    table.ForeignKey(
                        name: "FK_processing_limits_subject_requests_RequestId",
                        column: x => x.RequestId,
                        principalSchema: "governance_state",
                        principalTable: "subject_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "recipient_notices",
                schema: "governance_state",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    Act = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Recipient = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Kind = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Target = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Body = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    State = table.Column<string>(type: "text", nullable: false),
                    StateAt = table.Column<long>(type: "bigint", nullable: false),
                    TriedSince = table.Column<long>(type: "bigint", nullable: false),
                    Attempts = table.Column<int>(type: "integer", nullable: false),
                    NextAt = table.Column<long>(type: "bigint", nullable: true),
                    Code = table.Column<string>(type: "text", nullable: true, collation: "C"),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_recipient_notices", x => x.Id);
                }
            );

            migrationBuilder.CreateTable(
                name: "retention_runs",
                schema: "governance_state",
                columns: table => new
                {
                    JobId = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Dataset = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Period = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Action = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Before = table.Column<long>(type: "bigint", nullable: false),
                    StartedAt = table.Column<long>(type: "bigint", nullable: false),
                    EndedAt = table.Column<long>(type: "bigint", nullable: true),
                    Verdict = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Code = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Attempts = table.Column<int>(type: "integer", nullable: false),
                    NextAttemptAt = table.Column<long>(type: "bigint", nullable: true),
                    RowsBefore = table.Column<long>(type: "bigint", nullable: true),
                    Matched = table.Column<long>(type: "bigint", nullable: true),
                    RowsAfter = table.Column<long>(type: "bigint", nullable: true),
                    MatchedAfter = table.Column<long>(type: "bigint", nullable: true),
                    ControlUnchanged = table.Column<bool>(type: "boolean", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_retention_runs", x => x.JobId);
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_request_bulk",
                schema: "governance_state",
                columns: table => new
                {
                    Submission = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Reference = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    At = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_subject_request_bulk", x => new { x.Submission, x.Reference });
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_request_deadlines",
                schema: "governance_state",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    Due = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    DueOn = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    At = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey(
                        "PK_subject_request_deadlines",
                        x => new
                        {
                            x.RequestId,
                            x.Due,
                            x.DueOn,
                        }
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_request_demands",
                schema: "governance_state",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    Purposes = table.Column<List<string>>(type: "text[]", nullable: false),
                    RefusedPurposes = table.Column<List<string>>(type: "text[]", nullable: false),
                    EncryptTo = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Sealed = table.Column<byte[]>(type: "bytea", nullable: true),
                    Corrected = table.Column<List<string>>(type: "text[]", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_subject_request_demands", x => x.RequestId);
                    table.ForeignKey(
                        name: "FK_subject_request_demands_subject_requests_RequestId",
                        column: x => x.RequestId,
                        principalSchema: "governance_state",
                        principalTable: "subject_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_request_exports",
                schema: "governance_state",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    FileName = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Bytes = table.Column<long>(type: "bigint", nullable: false),
                    Sha256 = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    EncryptedTo = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Rows = table.Column<long>(type: "bigint", nullable: false),
                    WrittenAt = table.Column<long>(type: "bigint", nullable: false),
                    ExpiresAt = table.Column<long>(type: "bigint", nullable: true),
                    DestroyedAt = table.Column<long>(type: "bigint", nullable: true),
                    Downloads = table.Column<int>(type: "integer", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_subject_request_exports", x => x.RequestId);
                    table.ForeignKey(
                        name: "FK_subject_request_exports_subject_requests_RequestId",
                        column: x => x.RequestId,
                        principalSchema: "governance_state",
                        principalTable: "subject_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "legal_hold_keys",
                schema: "governance_state",
                columns: table => new
                {
                    HoldId = table.Column<Guid>(type: "uuid", nullable: false),
                    Domain = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Index = table.Column<byte[]>(type: "bytea", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey(
                        "PK_legal_hold_keys",
                        x => new
                        {
                            x.HoldId,
                            x.Domain,
                            x.Index,
                        }
                    );
                    table.ForeignKey(
                        name: "FK_legal_hold_keys_legal_holds_HoldId",
                        column: x => x.HoldId,
                        principalSchema: "governance_state",
                        principalTable: "legal_holds",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateIndex(
                name: "IX_subject_requests_BatchId",
                schema: "governance_state",
                table: "subject_requests",
                column: "BatchId"
            );

            migrationBuilder.CreateIndex(
                name: "IX_erased_identifiers_ErasedAt",
                schema: "governance_state",
                table: "erased_identifiers",
                column: "ErasedAt"
            );

            migrationBuilder.CreateIndex(
                name: "IX_legal_holds_ReleasedAt",
                schema: "governance_state",
                table: "legal_holds",
                column: "ReleasedAt"
            );

            migrationBuilder.CreateIndex(
                name: "IX_legal_holds_RequestId",
                schema: "governance_state",
                table: "legal_holds",
                column: "RequestId"
            );

            migrationBuilder.CreateIndex(
                name: "IX_opendsr_requests_IsOver",
                schema: "governance_state",
                table: "opendsr_requests",
                column: "IsOver"
            );

            migrationBuilder.CreateIndex(
                name: "IX_opendsr_requests_RequestId",
                schema: "governance_state",
                table: "opendsr_requests",
                column: "RequestId"
            );

            migrationBuilder.CreateIndex(
                name: "IX_processing_limits_LiftedAt",
                schema: "governance_state",
                table: "processing_limits",
                column: "LiftedAt"
            );

            migrationBuilder.CreateIndex(
                name: "IX_recipient_notices_NextAt",
                schema: "governance_state",
                table: "recipient_notices",
                column: "NextAt"
            );

            migrationBuilder.CreateIndex(
                name: "IX_recipient_notices_RequestId_Act_Recipient_Target",
                schema: "governance_state",
                table: "recipient_notices",
                columns: new[] { "RequestId", "Act", "Recipient", "Target" },
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_retention_runs_Dataset_Before",
                schema: "governance_state",
                table: "retention_runs",
                columns: new[] { "Dataset", "Before" }
            );

            migrationBuilder.CreateIndex(
                name: "IX_retention_runs_EndedAt",
                schema: "governance_state",
                table: "retention_runs",
                column: "EndedAt"
            );

            migrationBuilder.CreateIndex(
                name: "IX_subject_request_bulk_RequestId",
                schema: "governance_state",
                table: "subject_request_bulk",
                column: "RequestId"
            );

            migrationBuilder.CreateIndex(
                name: "IX_subject_request_exports_ExpiresAt",
                schema: "governance_state",
                table: "subject_request_exports",
                column: "ExpiresAt"
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "erased_identifiers", schema: "governance_state");

            migrationBuilder.DropTable(name: "legal_hold_keys", schema: "governance_state");

            migrationBuilder.DropTable(name: "opendsr_requests", schema: "governance_state");

            migrationBuilder.DropTable(name: "processing_limits", schema: "governance_state");

            migrationBuilder.DropTable(name: "recipient_notices", schema: "governance_state");

            migrationBuilder.DropTable(name: "retention_runs", schema: "governance_state");

            migrationBuilder.DropTable(name: "subject_request_bulk", schema: "governance_state");

            migrationBuilder.DropTable(name: "subject_request_deadlines", schema: "governance_state");

            migrationBuilder.DropTable(name: "subject_request_demands", schema: "governance_state");

            migrationBuilder.DropTable(name: "subject_request_exports", schema: "governance_state");

            migrationBuilder.DropTable(name: "legal_holds", schema: "governance_state");

            migrationBuilder.DropIndex(
                name: "IX_subject_requests_BatchId",
                schema: "governance_state",
                table: "subject_requests"
            );

            migrationBuilder.DropColumn(name: "AcceptedPeople", schema: "governance_state", table: "subject_requests");

            migrationBuilder.DropColumn(name: "BatchId", schema: "governance_state", table: "subject_requests");

            migrationBuilder.DropColumn(name: "IsHeld", schema: "governance_state", table: "subject_requests");

            migrationBuilder.DropColumn(name: "NextBatchId", schema: "governance_state", table: "subject_requests");

            migrationBuilder.DropColumn(name: "Waivers", schema: "governance_state", table: "subject_requests");

            migrationBuilder.DropColumn(
                name: "BatchMatched",
                schema: "governance_state",
                table: "subject_request_items"
            );

            migrationBuilder.DropColumn(name: "BeganAt", schema: "governance_state", table: "subject_request_items");

            migrationBuilder.DropColumn(name: "Counted", schema: "governance_state", table: "subject_request_items");

            migrationBuilder.DropColumn(
                name: "CountedEarlier",
                schema: "governance_state",
                table: "subject_request_items"
            );

            migrationBuilder.DropColumn(
                name: "EstimatedBytes",
                schema: "governance_state",
                table: "subject_request_items"
            );

            migrationBuilder.DropColumn(name: "HashAfter", schema: "governance_state", table: "subject_request_items");

            migrationBuilder.DropColumn(name: "HashBefore", schema: "governance_state", table: "subject_request_items");

            migrationBuilder.DropColumn(name: "HeldUntil", schema: "governance_state", table: "subject_request_items");

            migrationBuilder.DropColumn(
                name: "ViewsCounted",
                schema: "governance_state",
                table: "subject_request_items"
            );

            migrationBuilder.DropColumn(name: "WaivedBy", schema: "governance_state", table: "subject_request_items");

            migrationBuilder.DropColumn(name: "Without", schema: "governance_state", table: "grants");
        }
    }
}
